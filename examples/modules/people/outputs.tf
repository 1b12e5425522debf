output "ids" {
  description = "The UUID of every user, by username."
  value       = { for username, user in iriusrisk_user.this : username => user.id }
}

output "usernames_by_role" {
  description = "Who has which role, by its name."
  value       = { for role in local.wanted_roles : role => sort([for username, person in local.people : username if contains(person.roles, role)]) }
}

output "usernames_by_business_unit" {
  description = "Who is in which business unit, by its name."
  value       = { for unit in local.wanted_business_units : unit => sort([for username, person in local.people : username if contains(person.business_units, unit)]) }
}
