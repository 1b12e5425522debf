terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

# The endpoint and the API token are read from the environment: IRIUSRISK_ENDPOINT and IRIUSRISK_API_TOKEN.
provider "iriusrisk" {}

variable "permissions" {
  description = "The permissions that the job needs."
  type        = set(string)
  default     = ["ALL_USERS_UPDATE"]
}

data "iriusrisk_current_user" "this" {
  lifecycle {
    postcondition {
      condition     = length(setsubtract(var.permissions, self.permissions)) == 0
      error_message = "The user ${self.username} lacks ${join(", ", setsubtract(var.permissions, self.permissions))}."
    }
  }
}

check "least_permissions" {
  assert {
    condition     = length(setsubtract(data.iriusrisk_current_user.this.permissions, var.permissions)) == 0
    error_message = "The user ${data.iriusrisk_current_user.this.username} does not need ${join(", ", setsubtract(data.iriusrisk_current_user.this.permissions, var.permissions))}."
  }
}
