"""Three operations that a maintainer adds to a description like ours: a list, a create and an upload under one tag."""

from __future__ import annotations

from pathlib import Path

TAG = """
  - name: Reports
    description: Look people up, and keep what was found.
"""
PATHS = """
  /reports:
    get:
      operationId: list-reports
      tags: [Reports]
      summary: List reports
      x-waive: {no-answer: Nothing is changed or looked for by its id.}
      description: Lists the reports of this environment, the newest first.
      parameters:
        - $ref: '#/components/parameters/KeyInflection'
        - $ref: '#/components/parameters/PersonaVersion'
        - name: page-size
          in: query
          description: How many to list.
          schema: {type: integer, minimum: 1, maximum: 100, default: 20}
        - name: filter
          in: query
          x-waive: {python-name: The API calls it so.}
          description: Lists only reports with these members.
          style: deepObject
          schema: {$ref: '#/components/schemas/ReportFilter'}
        - name: status
          in: query
          description: Lists only reports in one of these states.
          schema: {type: array, items: {type: string, enum: [pending, ready]}}
      responses:
        '200':
          description: The reports of one page.
          headers: &report-headers
            Request-Id: {$ref: '#/components/headers/RequestId'}
            RateLimit-Limit: {$ref: '#/components/headers/RateLimitLimit'}
            RateLimit-Remaining: {$ref: '#/components/headers/RateLimitRemaining'}
            RateLimit-Reset: {$ref: '#/components/headers/RateLimitReset'}
            Persona-Environment-Id: {$ref: '#/components/headers/PersonaEnvironmentId'}
            Persona-Organization-Id: {$ref: '#/components/headers/PersonaOrganizationId'}
          content:
            application/json:
              schema: {$ref: '#/components/schemas/ReportList'}
              examples:
                Empty: {summary: No report yet, value: {data: []}}
        '400': {$ref: '#/components/responses/BadRequest'}
        '401': {$ref: '#/components/responses/Unauthorized'}
        '403': {$ref: '#/components/responses/Forbidden'}
        '429': {$ref: '#/components/responses/TooManyRequests'}
    post:
      operationId: create-report
      tags: [Reports]
      summary: Create a report
      x-waive: {no-answer: Nothing that exists is named.}
      description: Starts looking a person or a business up.
      parameters:
        - $ref: '#/components/parameters/KeyInflection'
        - $ref: '#/components/parameters/IdempotencyKey'
        - $ref: '#/components/parameters/PersonaVersion'
      requestBody:
        required: true
        content:
          application/json:
            schema:
              oneOf:
                - $ref: '#/components/schemas/PersonReport'
                - $ref: '#/components/schemas/BusinessReport'
            examples:
              Person: {summary: Look a person up, value: {kind: person, name-first: Jane, name-last: Doe}}
              Business: {summary: Look a business up, value: {kind: business, name: Acme}}
      responses:
        '201':
          description: The report, whose result is still to come.
          headers: *report-headers
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Report'}
              examples:
                Pending: {summary: A new report, value: {id: rep_1, status: pending}}
        '202':
          description: The report will be made later; its id is not known yet.
          headers: *report-headers
        '400': {$ref: '#/components/responses/BadRequest'}
        '401': {$ref: '#/components/responses/Unauthorized'}
        '403': {$ref: '#/components/responses/Forbidden'}
        '409': {$ref: '#/components/responses/Conflict'}
        '422': {$ref: '#/components/responses/UnprocessableEntity'}
        '429': {$ref: '#/components/responses/TooManyRequests'}

  /reports/{report-id}/files:
    post:
      operationId: upload-report-file
      tags: [Reports]
      summary: Add a file to a report
      x-waive: {no-answer: A file conflicts with no other.}
      description: Adds a scan or a photograph to a report.
      parameters:
        - name: report-id
          in: path
          required: true
          description: The report.
          schema: {type: string, minLength: 1, examples: [rep_1]}
        - $ref: '#/components/parameters/IdempotencyKey'
        - $ref: '#/components/parameters/PersonaVersion'
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema: {$ref: '#/components/schemas/ReportFile'}
            encoding:
              file: {contentType: 'application/pdf, image/png'}
      responses:
        '204':
          description: The file was added.
          headers: *report-headers
        '400': {$ref: '#/components/responses/BadRequest'}
        '401': {$ref: '#/components/responses/Unauthorized'}
        '403': {$ref: '#/components/responses/Forbidden'}
        '404': {$ref: '#/components/responses/NotFound'}
        '422': {$ref: '#/components/responses/UnprocessableEntity'}
        '429': {$ref: '#/components/responses/TooManyRequests'}

"""
SCHEMAS = """
    ReportFilter:
      description: Members that a report has to have.
      type: object
      additionalProperties: false
      properties:
        reference-id:
          description: Your own name for the report.
          type: string
    ReportList:
      description: One page of reports.
      type: object
      required: [data]
      properties:
        data:
          description: The reports, the newest first.
          type: array
          items: {$ref: '#/components/schemas/Report'}
    Report:
      description: What was found about somebody.
      type: object
      required: [id, status]
      properties:
        id:
          description: Identifies the report.
          type: string
        status:
          description: Whether the result is there; new states may appear.
          type: string
        created-at:
          description: When it was asked for.
          type: string
          format: date-time
    PersonReport:
      description: A person to look up.
      type: object
      required: [kind, name-first, name-last]
      additionalProperties: false
      properties:
        kind:
          description: Always `person`.
          type: string
          const: person
          default: person
        name-first:
          description: Given name.
          type: string
          minLength: 1
        name-last:
          description: Family name.
          type: string
          minLength: 1
    BusinessReport:
      description: A business to look up.
      type: object
      required: [kind, name]
      additionalProperties: false
      properties:
        kind:
          description: Always `business`.
          type: string
          const: business
          default: business
        name:
          description: The name it trades under.
          type: string
          minLength: 1
    ReportFile:
      description: A file and what it shows.
      type: object
      required: [file]
      additionalProperties: false
      properties:
        file:
          description: The file itself.
          type: string
          contentMediaType: application/octet-stream
        label:
          description: What it shows, for people.
          type: string
          maxLength: 80
"""
#: What the additions may be called: by the first noun that the description does not use yet.
NOUNS = ("report", "dossier", "extract")


def add_operations(spec: Path) -> str:
    """Add the three operations to a description laid out as ours is; the noun in all of their names."""
    text = spec.read_text(encoding="utf-8")
    noun = next(noun for noun in NOUNS if noun not in text.lower())
    for before, added in (("\n\npaths:\n", TAG), ("\n\ncomponents:\n", PATHS), ("\n\n  responses:\n", SCHEMAS)):
        assert text.count(before) == 1
        named = added.replace("report", noun).replace("Report", noun.title())
        text = text.replace(before, named.rstrip() + before)
    spec.write_text(text, encoding="utf-8")
    return noun
