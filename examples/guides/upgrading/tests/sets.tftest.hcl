mock_provider "iriusrisk" {}

run "sets" {
  command = plan

  assert {
    condition     = contains(iriusrisk_user.ada.role_names, "ROLE_DEVELOPER")
    error_message = "The role of the previous assignment is missing."
  }
}
