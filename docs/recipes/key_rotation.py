"""Make keys and rotate them.

`ClientCredentials` signs with a private key that stays with you; Persona gets the public one. To rotate:

1. `python key_rotation.py new keys` makes a key and prints the public half, a JWK with its `kid`. Register that
   beside the old one.
2. Deploy. The newest key signs, and `key_id=` names it, so that Persona knows which public key to check with.
3. When no process uses the old one any more, `python key_rotation.py old keys` lists it. Remove it at Persona, then
   here.

Tokens that were asked for with the old key live on until their end; nothing has to be restarted at once. Needs `pip
install "persona-oauth[jwt]"`.
"""

import json
import os
import sys
from pathlib import Path

from joserfc.jwk import ECKey

from persona_oauth.auth import ClientCredentials


def new(folder: Path) -> dict[str, str]:
    """Make a key; its public half."""
    key = ECKey.generate_key("P-256", {"alg": "ES256", "use": "sig"}, auto_kid=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    file = os.open(folder / f"{key.kid}.pem", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "wb") as pem:
        pem.write(key.as_pem(private=True))
    return {name: str(value) for name, value in key.as_dict(private=False).items()}


def by_age(folder: Path) -> list[Path]:
    """The keys, the newest first."""
    return sorted(folder.glob("*.pem"), key=lambda file: file.stat().st_mtime_ns, reverse=True)


def credentials(client_id: str, folder: Path) -> ClientCredentials:
    """Credentials that sign with the newest key; its file is named after its `kid`."""
    newest = by_age(folder)[0]
    return ClientCredentials(client_id, newest, key_id=newest.stem)


if __name__ == "__main__":
    command, keys = sys.argv[1], Path(sys.argv[2])
    if command == "new":
        print(json.dumps(new(keys), indent=2))
    else:
        print("\n".join(file.stem for file in by_age(keys)[1:]))
