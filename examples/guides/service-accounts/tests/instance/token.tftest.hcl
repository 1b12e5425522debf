# Creates the service account in the instance in IRIUSRISK_ENDPOINT, and deletes it.

provider "iriusrisk" {}

run "token" {
  assert {
    condition     = length(output.pipeline_token) > 0
    error_message = "There is no token."
  }
}
