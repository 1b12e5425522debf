# Applies the configuration to the instance in IRIUSRISK_ENDPOINT, and removes what it has created. The set of all users is
# overridden, so that no other user of the instance is disabled.

provider "iriusrisk" {}

override_resource {
  target = iriusrisk_users_exclusive.all
}

variables {
  people = {
    test-ada = { email = "test-ada@example.com", first_name = "Ada", last_name = "Lovelace", roles = ["ROLE_DEVELOPER"] }
  }

  administrators = []
}

run "no_role_is_an_administrator" {
  variables {
    administrator_roles = []
  }

  assert {
    condition     = iriusrisk_user.people["test-ada"].role_names == toset(["ROLE_DEVELOPER"])
    error_message = "Ada has the roles ${join(", ", iriusrisk_user.people["test-ada"].role_names)}."
  }
}

run "unknown_administrators" {
  command = plan

  variables {
    administrator_roles = ["ROLE_DEVELOPER"]
  }

  expect_failures = [check.administrators]
}
