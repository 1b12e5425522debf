# Applies the configuration to the instance in IRIUSRISK_ENDPOINT. The set of all users is overridden, so that no other user of
# the instance is disabled.

provider "iriusrisk" {}

override_resource {
  target = iriusrisk_users_exclusive.local_accounts
}

run "before_the_first_sign_in" {
  variables {
    people = { "test-ada@example.com" = { roles = ["ROLE_RISK_MANAGER"], business_units = [] } }
  }

  assert {
    condition     = length(iriusrisk_user_roles_exclusive.people) == 0 && contains(output.not_signed_in_yet, "test-ada@example.com")
    error_message = "A user who has not signed in must have no sets yet."
  }
}
