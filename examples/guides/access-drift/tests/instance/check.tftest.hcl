# Applies the configuration to the instance in IRIUSRISK_ENDPOINT, and removes what it has created. The set of all users is
# overridden, so that no other user of the instance is disabled.

provider "iriusrisk" {}

override_resource {
  target = iriusrisk_users_exclusive.all
}

variables {
  people = {
    test-ada = { email = "test-ada@example.com", first_name = "Ada", last_name = "Lovelace", roles = ["ROLE_COMPONENTS_EDITOR"] }
  }

  administrators      = ["test-ada"]
  administrator_roles = ["ROLE_COMPONENTS_EDITOR"]
}

run "known_administrators" {}

run "unknown_administrators" {
  command = plan

  variables {
    administrators = []
  }

  expect_failures = [check.administrators]
}
