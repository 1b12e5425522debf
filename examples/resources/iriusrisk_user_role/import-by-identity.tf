import {
  to = iriusrisk_user_role.ada_risk_manager
  identity = {
    username = "ada"
    role_id  = "38400000-8cf0-11bd-b23e-10b96e4ef00d"
  }
}
