terraform {
  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

# Enabled users of two domains. An object must meet all conditions.
data "iriusrisk_users" "enabled" {
  filter = provider::iriusrisk::filter(
    { property = "enabled", operator = "=", value = true },
    {
      any = [
        { property = "email", operator = "~", value = "@example.com" },
        { property = "email", operator = "~", value = "@example.org" },
      ]
    },
  )
}

# A list of values, and users without a last name.
data "iriusrisk_users" "selected" {
  filter = provider::iriusrisk::filter({
    any = [
      { property = "username", operator = "IN", value = ["ada", "alan"] },
      { property = "lastName", operator = "=NULL" },
    ]
  })
}

output "filter" {
  value = data.iriusrisk_users.enabled.filter
}
