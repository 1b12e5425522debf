terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

provider "iriusrisk" {}

# Every change of this built-in role outside Terraform shows in the plan.
import {
  to = iriusrisk_role.developer
  id = "ROLE_DEVELOPER"
}

resource "iriusrisk_role" "developer" {
  name                = "ROLE_DEVELOPER"
  description         = "Permissions of ROLE_DEVELOPER"
  global_permissions  = []
  project_permissions = ["ARCHITECTURE_VIEW", "COUNTERMEASURE_UPDATE", "RISK_VIEW"]
}
