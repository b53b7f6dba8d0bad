/**
 * Below it are the routes of the API, so that a later shape of them can stand beside. What machines and people find by a
 * fixed name is not: /health, /metrics, /openapi.json, /docs.
 */
export const apiPrefix = '/v1'
