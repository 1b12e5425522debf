terraform {
  required_version = ">= 1.5"

  required_providers {
    iriusrisk = {
      source = "iriusrisk/iriusrisk"
    }
  }
}

variable "endpoint" {
  description = "The address of the IriusRisk instance."
  type        = string
}

variable "inactive_days" {
  description = "The number of days without a sign-in after which a user is inactive."
  type        = number
  default     = 90
}

# The API token is read from the environment: IRIUSRISK_API_TOKEN.
provider "iriusrisk" {
  endpoint  = var.endpoint
  read_only = true
}

data "iriusrisk_current_user" "reviewer" {}

data "iriusrisk_roles" "all" {}

data "iriusrisk_business_units" "all" {}

data "iriusrisk_users" "all" {
  include_roles          = true
  include_business_units = true
  include_permissions    = true
}

data "iriusrisk_user_activity" "all" {
  since = timeadd(plantimestamp(), "-${24 * var.inactive_days}h")
}

data "iriusrisk_user_sessions" "each" {
  # Not for_each, which Terraform evaluates again for each user: that takes minutes for a thousand users.
  count    = length(local.usernames)
  username = local.usernames[count.index]
}

locals {
  # The API cannot address a user such as "summary", whose roles are therefore unknown.
  usernames = [for user in data.iriusrisk_users.all.users : user.username if user.role_ids != null]
  sessions  = zipmap(local.usernames, data.iriusrisk_user_sessions.each[*].active)

  role_names = { for role in data.iriusrisk_roles.all.roles : role.id => role.name }
  unit_names = { for unit in data.iriusrisk_business_units.all.business_units : unit.id => unit.name }
  activity   = { for user in data.iriusrisk_user_activity.all.users : user.username => user }

  columns = ["username", "email", "enabled", "roles", "business_units", "permissions", "api_token", "last_sign_in", "active_sessions"]

  # A map is sorted by its keys.
  users = { for user in data.iriusrisk_users.all.users : user.username => {
    username        = user.username
    email           = user.email
    enabled         = user.enabled
    roles           = user.role_ids == null ? null : sort([for id in user.role_ids : local.role_names[id]])
    business_units  = user.business_unit_ids == null ? null : sort([for id in user.business_unit_ids : local.unit_names[id]])
    permissions     = user.permissions == null ? null : sort(user.permissions)
    api_token       = user.api_token_hint != null
    last_sign_in    = local.activity[user.username].last_sign_in
    active_sessions = lookup(local.sessions, user.username, null)
  } }

  # One line for each user, so that a comparison of two reviews shows who has changed.
  json_lines = [for user in local.users : "{${join(",", [for column in local.columns : "${jsonencode(column)}:${jsonencode(user[column])}"])}}"]
  json       = "${join(",\n", local.json_lines)}\n"

  # Lists are joined, and null is empty.
  cells = { for name, user in local.users : name => [
    for column in local.columns : user[column] == null ? "" : try(join("; ", user[column]), tostring(user[column]))
  ] }

  # A spreadsheet evaluates a cell that begins with one of these characters, so an apostrophe precedes it.
  formula   = "/^([=+\\-@\\t\\r\\n])/"
  csv_lines = [for cells in local.cells : join(",", [for cell in cells : "\"${replace(replace(replace(cell, local.formula, "'$1"), "/[\\r\\n]+/", " "), "\"", "\"\"")}\""])]
  csv       = "${join("\n", concat([join(",", local.columns)], local.csv_lines))}\n"

  # terraform init writes the version of the provider to this file.
  lock_file = try(file("${path.root}/.terraform.lock.hcl"), "")

  review = {
    time             = plantimestamp()
    instance         = var.endpoint
    provider_version = try(regex("provider \"[^\"]*/iriusrisk\" {\\s*version\\s*=\\s*\"([^\"]*)\"", local.lock_file)[0], "unknown")
    reviewer         = data.iriusrisk_current_user.reviewer.username
    sign_ins_since   = data.iriusrisk_user_activity.all.since
  }
}

output "json" {
  description = "The review as JSON. The SHA-256 is that of the lines of the users."
  value       = "{\"review\":${jsonencode(merge(local.review, { sha256 = sha256(local.json) }))},\"users\":[\n${local.json}]}\n"

  precondition {
    condition     = contains(data.iriusrisk_current_user.reviewer.permissions, "ALL_USERS_UPDATE")
    error_message = "The token sees all users only with the permission ALL_USERS_UPDATE."
  }

  precondition {
    condition     = data.iriusrisk_user_activity.all.complete
    error_message = "The audit log begins at ${coalesce(data.iriusrisk_user_activity.all.oldest_event, "no time, because it is empty")}, which is later than ${data.iriusrisk_user_activity.all.since}. Decrease inactive_days."
  }
}

output "csv" {
  description = "The review as CSV. The SHA-256 is that of the lines after the comments."
  value       = "${join("", [for name, value in merge(local.review, { sha256 = sha256(local.csv) }) : "# ${name}: ${value}\n"])}${local.csv}"
}
