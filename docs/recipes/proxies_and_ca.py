"""Proxies and a CA of your own.

Often the environment is enough, and no code changes:

```sh
export HTTPS_PROXY=http://proxy.example:3128
export SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
```

`SSL_CERT_FILE` replaces the certificates that are trusted, so its file has to hold the public ones too. Where a
network inspects TLS, trust its CA beside them in code, and name the proxy there. What the environment says is then
not asked.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

import persona_oauth


@contextmanager
def client(proxy: str, company_ca: Path) -> Iterator[persona_oauth.Client]:
    """A client that goes through `proxy` and trusts `company_ca`, a file in PEM, beside the system's certificates."""
    trusted = ssl.create_default_context()
    trusted.load_verify_locations(company_ca)
    with (
        httpx2.Client(proxy=proxy, verify=trusted, trust_env=False) as http_client,
        persona_oauth.Client(http_client=http_client) as persona,
    ):
        yield persona
