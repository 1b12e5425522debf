# A user created by single sign-on, whose roles are all declared here.
resource "iriusrisk_user_roles_exclusive" "ada" {
  username   = "ada"
  role_names = ["ROLE_RISK_MANAGER"]
}
