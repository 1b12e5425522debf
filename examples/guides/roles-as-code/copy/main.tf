terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

variable "source_instance" {
  description = "The instance whose roles are copied."
  type        = object({ endpoint = string, api_token = string })
  sensitive   = true
}

variable "target_instance" {
  description = "The instance that receives the roles."
  type        = object({ endpoint = string, api_token = string })
  sensitive   = true
}

variable "roles" {
  description = "The names of the roles to copy."
  type        = set(string)
}

provider "iriusrisk" {
  alias     = "source"
  endpoint  = var.source_instance.endpoint
  api_token = var.source_instance.api_token
}

provider "iriusrisk" {
  alias     = "target"
  endpoint  = var.target_instance.endpoint
  api_token = var.target_instance.api_token
}

data "iriusrisk_role" "source" {
  provider = iriusrisk.source
  for_each = var.roles

  name                = each.key
  include_permissions = true
}

# Permissions are declared by name, so the ids of the two instances may differ.
resource "iriusrisk_role" "target" {
  provider = iriusrisk.target
  for_each = data.iriusrisk_role.source

  name                = each.value.name
  description         = each.value.description
  global_permissions  = each.value.global_permissions
  project_permissions = each.value.project_permissions
}
