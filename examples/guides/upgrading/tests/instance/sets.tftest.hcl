# Creates the user in the instance in IRIUSRISK_ENDPOINT, and deletes them.

provider "iriusrisk" {}

run "sets" {
  assert {
    condition     = length(iriusrisk_user.ada.role_ids) == 1
    error_message = "Ada must have one role."
  }
}
