# Creates the users in the instance in IRIUSRISK_ENDPOINT, and deletes them.

provider "iriusrisk" {}

run "people" {
  assert {
    condition     = length(iriusrisk_user.people["alan"].business_unit_ids) == 2
    error_message = "Alan must have two business units."
  }
}
