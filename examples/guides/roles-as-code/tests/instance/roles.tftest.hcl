# Creates the roles in the instance in IRIUSRISK_ENDPOINT, and deletes them. The check fails for every user who holds
# ALL_USERS_UPDATE through a role, so all of them are listed.

provider "iriusrisk" {}

run "roles" {
  plan_options {
    target = [iriusrisk_role.auditor, iriusrisk_role.user_administrator]
  }

  assert {
    condition     = iriusrisk_role.auditor.id != iriusrisk_role.user_administrator.id
    error_message = "There must be two roles."
  }
}
