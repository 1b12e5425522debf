# Single sign-on creates this user; all of their roles are declared here.
data "iriusrisk_role" "risk_manager" {
  name = "ROLE_RISK_MANAGER"
}

resource "iriusrisk_user_roles_exclusive" "ada" {
  username = "ada"
  role_ids = [data.iriusrisk_role.risk_manager.id]
}
