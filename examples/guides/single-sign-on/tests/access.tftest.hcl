# Terraform imports nothing from a mocked provider, so the set of all users is overridden.

mock_provider "iriusrisk" {
  override_resource {
    target = iriusrisk_users_exclusive.local_accounts
  }
}

run "before_the_first_sign_in" {
  command = plan

  assert {
    condition     = length(iriusrisk_user_roles_exclusive.people) == 0 && output.not_signed_in_yet == toset(["ada@example.com", "grace@example.com"])
    error_message = "Users who have not signed in must have no sets yet."
  }

  assert {
    condition     = contains(iriusrisk_users_exclusive.local_accounts.ignore_usernames, "*@example.com")
    error_message = "The users of single sign-on must be ignored."
  }

  assert {
    condition     = iriusrisk_user.alan.adopt_existing && iriusrisk_user.alan.deletion_policy == "disable"
    error_message = "Alan must be adopted, and disabled when he leaves."
  }
}

run "usernames_differ_in_more_than_case" {
  command = plan

  variables {
    people = {
      "ada@example.com" = { roles = [], business_units = [] }
      "Ada@example.com" = { roles = [], business_units = [] }
    }
  }

  expect_failures = [var.people]
}
