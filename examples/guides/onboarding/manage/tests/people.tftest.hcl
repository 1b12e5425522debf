# Terraform imports nothing from a mocked provider, so the set of all users is overridden.

mock_provider "iriusrisk" {
  override_resource {
    target = iriusrisk_users_exclusive.all
  }
}

run "people" {
  command = plan

  assert {
    condition     = iriusrisk_users_exclusive.all.usernames == toset(keys(iriusrisk_user.people))
    error_message = "The declared usernames differ from the users."
  }

  assert {
    condition     = alltrue([for user in iriusrisk_user.people : user.deletion_policy == "disable"])
    error_message = "A user who is removed from the file must be disabled."
  }
}
