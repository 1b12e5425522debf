# Terraform imports nothing from a mocked provider, so the role is overridden.

mock_provider "iriusrisk" {
  override_resource {
    target = iriusrisk_role.developer
  }
}

run "role" {
  command = plan

  assert {
    condition     = length(iriusrisk_role.developer.global_permissions) == 0
    error_message = "Developers must have no global permissions."
  }
}
