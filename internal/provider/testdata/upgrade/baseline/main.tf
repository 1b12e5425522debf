data "iriusrisk_role" "developer" {
  name = "Developer"
}

data "iriusrisk_business_unit" "payments" {
  name = "Payments"
}

resource "iriusrisk_user" "ada" {
  username          = "ada"
  email             = "ada@example.com"
  first_name        = "Ada"
  last_name         = "Lovelace"
  role_ids          = [data.iriusrisk_role.developer.id]
  business_unit_ids = [data.iriusrisk_business_unit.payments.id]
}

resource "iriusrisk_user" "grace" {
  username        = "grace"
  email           = "grace@example.com"
  first_name      = "Grace"
  last_name       = "Hopper"
  enabled         = false
  deletion_policy = "disable"
}

resource "iriusrisk_user" "svc" {
  username   = "svc"
  email      = "svc@example.com"
  first_name = "Service"
  last_name  = "Account"
}

resource "iriusrisk_user_role" "grace" {
  username = iriusrisk_user.grace.username
  role_id  = data.iriusrisk_role.developer.id
}

resource "iriusrisk_user_business_unit" "grace" {
  username         = iriusrisk_user.grace.username
  business_unit_id = data.iriusrisk_business_unit.payments.id
}

resource "iriusrisk_user_roles_exclusive" "svc" {
  username = iriusrisk_user.svc.username
  role_ids = [data.iriusrisk_role.developer.id]
}

resource "iriusrisk_user_business_units_exclusive" "svc" {
  username          = iriusrisk_user.svc.username
  business_unit_ids = []
}

resource "iriusrisk_user_api_token" "svc" {
  username            = iriusrisk_user.svc.username
  rotate_when_changed = { year = "2026" }
}
