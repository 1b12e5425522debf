# Creates the user in the instance in IRIUSRISK_ENDPOINT, and deletes them.

provider "iriusrisk" {}

run "user" {
  assert {
    condition     = iriusrisk_user.ada.enabled && length(iriusrisk_user.ada.role_ids) == 1
    error_message = "Ada must be enabled, with one role."
  }
}
