terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

# The endpoint and the API token are read from the environment: IRIUSRISK_ENDPOINT and IRIUSRISK_API_TOKEN.
provider "iriusrisk" {}

# The API identifies roles and business units by UUID. These data sources look them up by name.
data "iriusrisk_role" "risk_manager" {
  name = "ROLE_RISK_MANAGER"
}

data "iriusrisk_business_unit" "payments" {
  name = "Payments"
}

# Both sets are authoritative: what is assigned outside Terraform is removed on the next apply.
resource "iriusrisk_user" "ada" {
  username          = "ada"
  email             = "ada@example.com"
  first_name        = "Ada"
  last_name         = "Lovelace"
  role_ids          = [data.iriusrisk_role.risk_manager.id]
  business_unit_ids = [data.iriusrisk_business_unit.payments.id]
}
