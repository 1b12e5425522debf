mock_provider "iriusrisk" {
  mock_data "iriusrisk_current_user" {
    defaults = {
      username    = "svc-terraform"
      permissions = ["ALL_USERS_UPDATE", "API_ACCESS"]
    }
  }
}

run "exact_permissions" {
  variables {
    permissions = ["ALL_USERS_UPDATE", "API_ACCESS"]
  }
}

run "a_permission_too_many" {
  expect_failures = [check.least_permissions]
}

run "a_permission_is_missing" {
  command = plan

  variables {
    permissions = ["ALL_USERS_UPDATE", "API_ACCESS", "ROLES_UPDATE"]
  }

  expect_failures = [data.iriusrisk_current_user.this]
}
