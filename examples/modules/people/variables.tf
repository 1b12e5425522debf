variable "people" {
  description = "The users by username, with the names of their roles and business units."
  default     = {}
  nullable    = false

  type = map(object({
    email          = string
    first_name     = string
    last_name      = string
    enabled        = optional(bool, true)
    valid_until    = optional(string, "")
    roles          = optional(set(string), [])
    business_units = optional(set(string), [])
  }))
}

variable "people_csv" {
  description = "The users as CSV, for example file(\"people.csv\"), with the columns username, email, first_name and last_name, and optionally enabled (empty means true), valid_until, roles and business_units (names separated by semicolons)."
  type        = string
  default     = "username,email,first_name,last_name\n"
  nullable    = false
}

variable "business_units" {
  description = "Business units to create, by name. Users can refer to them, as to those that exist already."
  default     = {}
  nullable    = false

  type = map(object({
    reference_id = string
    description  = optional(string, "")
  }))
}

variable "adopt_existing" {
  description = "Whether to adopt existing users instead of returning an error."
  type        = bool
  default     = false
  nullable    = false
}

variable "deletion_policy" {
  description = "What to do with users who are removed from the list: delete, disable or retain."
  type        = string
  default     = "disable"
  nullable    = false

  validation {
    condition     = contains(["delete", "disable", "retain"], var.deletion_policy)
    error_message = "The deletion policy must be delete, disable or retain."
  }
}

variable "revoke_on_disable" {
  description = "What else is revoked when a user is disabled: sessions, api_token, both or nothing."
  type        = set(string)
  default     = ["sessions"]
  nullable    = false
}
