mock_provider "iriusrisk" {}

run "user" {
  command = plan

  assert {
    condition     = iriusrisk_user.ada.role_names == toset(["ROLE_RISK_MANAGER"])
    error_message = "Ada has the roles ${join(", ", iriusrisk_user.ada.role_names)}."
  }
}
