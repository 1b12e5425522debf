mock_provider "iriusrisk" {}

run "one_role" {
  command = plan

  variables {
    username = "ada@example.com"
    role     = "ROLE_DEVELOPER"
  }

  assert {
    condition     = iriusrisk_user_roles_exclusive.one.role_names == toset(["ROLE_DEVELOPER"]) && length(iriusrisk_user_business_units_exclusive.one.business_unit_names) == 0
    error_message = "The user must have one role and no business units."
  }
}
