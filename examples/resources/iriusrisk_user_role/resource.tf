resource "iriusrisk_user" "ada" {
  username   = "ada"
  email      = "ada@example.com"
  first_name = "Ada"
  last_name  = "Lovelace"
}

resource "iriusrisk_user_role" "ada_risk_manager" {
  username  = iriusrisk_user.ada.username
  role_name = "ROLE_RISK_MANAGER"
}
