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

resource "iriusrisk_user" "alan" {
  username          = "alan"
  email             = "alan@example.com"
  first_name        = "Alan"
  last_name         = "Turing"
  role_names        = [iriusrisk_role.auditor.name]
  revoke_on_disable = ["sessions", "api_token"]
}

resource "iriusrisk_user_role" "by_name" {
  username  = iriusrisk_user.grace.username
  role_name = iriusrisk_role.auditor.name
}

resource "iriusrisk_role" "auditor" {
  name                = "Auditor"
  description         = "Sees all projects"
  global_permissions  = ["PRODUCTS_LIST_ALL"]
  project_permissions = []
}

resource "iriusrisk_business_unit" "research" {
  name         = "Research"
  reference_id = "research"
}

resource "iriusrisk_business_unit_users_exclusive" "research" {
  business_unit_id = iriusrisk_business_unit.research.id
  usernames        = []
}

resource "iriusrisk_users_exclusive" "all" {
  usernames        = [for user in [iriusrisk_user.ada, iriusrisk_user.svc, iriusrisk_user.alan] : user.username]
  ignore_usernames = ["adm*"]
}
