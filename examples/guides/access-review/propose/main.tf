terraform {
  required_version = ">= 1.5"
}

variable "review" {
  description = "The file with the review as JSON."
  type        = string
}

variable "people" {
  description = "The file of the module people."
  type        = string
}

variable "keep" {
  description = "Usernames that are not proposed, such as break-glass accounts."
  type        = set(string)
  default     = []
}

locals {
  review = jsondecode(file(var.review))
  keep   = [for username in var.keep : lower(username)]

  # Users of API tokens do not sign in.
  inactive = [
    for user in local.review.users : lower(user.username)
    if user.enabled && user.last_sign_in == null && !user.api_token && !contains(local.keep, lower(user.username))
  ]

  lines   = split("\n", trimsuffix(file(var.people), "\n"))
  header  = split(",", trimspace(local.lines[0]))
  records = csvdecode(file(var.people))

  # The value of the column enabled, after the values of the columns before it.
  value   = "(?:\"(?:[^\"]|\"\")*\"|[^\",]*)"
  enabled = "/^((?:${local.value},){${try(index(local.header, "enabled"), 0)}})[^,\\r]*/"

  proposed = [for i, record in local.records : lower(record.username) if contains(local.inactive, lower(record.username)) && lower(lookup(record, "enabled", "")) != "false"]

  rows = [
    for i, record in local.records :
    contains(local.proposed, lower(record.username)) ? replace(local.lines[i + 1], local.enabled, "$${1}false") : local.lines[i + 1]
  ]
}

output "people_csv" {
  description = "The file of the module people, in which inactive users are disabled."
  value       = "${join("\n", concat([local.lines[0]], local.rows))}\n"

  precondition {
    condition     = contains(local.header, "enabled") && contains(local.header, "username")
    error_message = "The file needs the columns username and enabled."
  }

  precondition {
    condition     = length(local.records) == length(local.lines) - 1
    error_message = "The file must not have blank rows or line breaks in values."
  }
}

output "summary" {
  description = "The text of the pull request."
  value       = <<-EOT
    These users did not sign in from ${local.review.review.sign_ins_since} to ${local.review.review.time}, and have no API token:

    ${join("\n", [for username in local.proposed : "- `${username}`"])}

    Merging disables them. A new user may not have signed in yet: check before you approve.

    Inactive, but not in this file: ${length(setsubtract(local.inactive, [for record in local.records : lower(record.username)]))}.
  EOT
}
