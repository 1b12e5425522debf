terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

# The endpoint and the API token are read from the environment: IRIUSRISK_ENDPOINT and IRIUSRISK_API_TOKEN.
provider "iriusrisk" {}

# Both sets are authoritative: what is assigned outside Terraform is removed on the next apply.
resource "iriusrisk_user" "ada" {
  username            = "ada"
  email               = "ada@example.com"
  first_name          = "Ada"
  last_name           = "Lovelace"
  role_names          = ["ROLE_RISK_MANAGER"]
  business_unit_names = ["Payments"]
}
