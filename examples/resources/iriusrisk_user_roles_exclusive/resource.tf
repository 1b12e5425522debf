# A user created by single sign-on, whose roles are all declared here.
data "iriusrisk_role" "risk_manager" {
  name = "ROLE_RISK_MANAGER"
}

resource "iriusrisk_user_roles_exclusive" "ada" {
  username = "ada"
  role_ids = [data.iriusrisk_role.risk_manager.id]
}
