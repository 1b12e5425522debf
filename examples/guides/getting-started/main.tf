terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

# Endpoint and API token come from the environment: IRIUSRISK_ENDPOINT and IRIUSRISK_API_TOKEN.
provider "iriusrisk" {}

# People write names, IriusRisk wants UUIDs.
data "iriusrisk_role" "risk_manager" {
  name = "ROLE_RISK_MANAGER"
}

data "iriusrisk_business_unit" "payments" {
  name = "Payments"
}

# Ada has exactly this role and is in exactly this business unit.
resource "iriusrisk_user" "ada" {
  username          = "ada"
  email             = "ada@example.com"
  first_name        = "Ada"
  last_name         = "Lovelace"
  role_ids          = [data.iriusrisk_role.risk_manager.id]
  business_unit_ids = [data.iriusrisk_business_unit.payments.id]
}
