mock_provider "iriusrisk" {
  alias = "source"

  mock_data "iriusrisk_role" {
    defaults = {
      id                  = "38400000-8cf0-11bd-b23e-10b96e4ef00d"
      description         = "Sees all projects"
      global_permissions  = ["PRODUCTS_LIST_ALL"]
      project_permissions = ["RISK_VIEW"]
    }
  }
}

mock_provider "iriusrisk" {
  alias = "target"
}

variables {
  source_instance = { endpoint = "https://source.example.com", api_token = "unused" }
  target_instance = { endpoint = "https://target.example.com", api_token = "unused" }
  roles           = ["Auditor"]
}

run "copy" {
  command = plan

  assert {
    condition     = iriusrisk_role.target["Auditor"].global_permissions == toset(["PRODUCTS_LIST_ALL"])
    error_message = "The copy has the permissions ${join(", ", iriusrisk_role.target["Auditor"].global_permissions)}."
  }

  assert {
    condition     = iriusrisk_role.target["Auditor"].project_permissions == toset(["RISK_VIEW"])
    error_message = "The copy has the permissions ${join(", ", iriusrisk_role.target["Auditor"].project_permissions)}."
  }
}
