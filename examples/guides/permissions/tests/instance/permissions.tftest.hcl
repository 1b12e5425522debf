# Verifies the API token in IRIUSRISK_API_TOKEN.

provider "iriusrisk" {}

run "a_permission_is_missing" {
  command = plan

  variables {
    permissions = ["ALL_USERS_UPDATE", "NO_SUCH_PERMISSION"]
  }

  expect_failures = [data.iriusrisk_current_user.this]
}
