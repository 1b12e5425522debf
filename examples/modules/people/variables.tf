variable "people" {
  description = "The users by username, with the names of their roles and business units."
  default     = {}
  nullable    = false

  type = map(object({
    email          = string
    first_name     = string
    last_name      = string
    enabled        = optional(bool, true)
    roles          = optional(set(string), [])
    business_units = optional(set(string), [])
  }))

  validation {
    condition     = alltrue([for person in var.people : can(regex("^[^\\s@]+@[^\\s@]+$", person.email))])
    error_message = "Users without a valid e-mail address: ${join(", ", [for username, person in var.people : username if !can(regex("^[^\\s@]+@[^\\s@]+$", person.email))])}."
  }
}

variable "people_csv" {
  description = "The users as CSV, for example file(\"people.csv\"), with the columns username, email, first_name and last_name, and optionally enabled (empty means true), roles and business_units (names separated by semicolons)."
  type        = string
  default     = "username,email,first_name,last_name\n"
  nullable    = false

  validation {
    condition     = can(csvdecode(var.people_csv))
    error_message = "The value is not valid CSV. Each row must have as many fields as the first row, which names the columns."
  }

  validation {
    condition     = !can(csvdecode(var.people_csv)) || alltrue([for column in ["username", "email", "first_name", "last_name"] : contains([for name in split(",", split("\n", var.people_csv)[0]) : trim(name, "\" \r")], column)])
    error_message = "The first row must name the columns username, email, first_name and last_name."
  }

  validation {
    condition     = can(csvdecode(var.people_csv)) ? length(distinct([for row in csvdecode(var.people_csv) : lower(try(row.username, ""))])) == length(csvdecode(var.people_csv)) : true
    error_message = "Each username must be in only one row."
  }

  validation {
    condition     = can(csvdecode(var.people_csv)) ? alltrue([for row in csvdecode(var.people_csv) : can(regex("^[^\\s@]+@[^\\s@]+$", row.email))]) : true
    error_message = "Users without a valid e-mail address: ${join(", ", try([for row in csvdecode(var.people_csv) : row.username if !can(regex("^[^\\s@]+@[^\\s@]+$", row.email))], []))}."
  }

  validation {
    condition     = can(csvdecode(var.people_csv)) ? alltrue([for row in csvdecode(var.people_csv) : contains(["", "true", "false"], try(row.enabled, ""))]) : true
    error_message = "The column enabled must be true, false or empty."
  }
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
