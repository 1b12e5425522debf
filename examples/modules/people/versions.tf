terraform {
  required_version = ">= 1.5"

  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}
