# The guard rails are in place. Terraform imports nothing from a mocked provider, so the set of all users is overridden.

mock_provider "iriusrisk" {
  override_resource {
    target = iriusrisk_users_exclusive.all
  }
}

variables {
  people = {
    ada = { email = "ada@example.com", first_name = "Ada", last_name = "Lovelace", roles = ["ROLE_TESTER"] }
  }
}

run "all_users_are_declared" {
  command = plan

  assert {
    condition     = iriusrisk_users_exclusive.all.usernames == toset(keys(iriusrisk_user.people))
    error_message = "The declared usernames differ from the users."
  }

  assert {
    condition     = contains(iriusrisk_users_exclusive.all.ignore_usernames, "break-glass") && !contains(iriusrisk_users_exclusive.all.ignore_usernames, "*")
    error_message = "The account for emergencies must be ignored, and not all users."
  }
}

run "leavers_lose_their_access" {
  command = plan

  assert {
    condition = alltrue([
      for user in iriusrisk_user.people : user.deletion_policy == "disable" && user.revoke_on_disable == toset(["api_token", "sessions"])
    ])
    error_message = "A leaver must be disabled, without a session or an API token."
  }
}
