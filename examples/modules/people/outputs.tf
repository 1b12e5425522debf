output "ids" {
  description = "The UUID of each user, by username."
  value       = { for username, user in iriusrisk_user.this : username => user.id }
}

output "usernames_by_role" {
  description = "The usernames of the users with each role, by the name of the role."
  value       = { for role in local.wanted_roles : role => sort([for username, person in local.people : username if contains(person.roles, role)]) }
}

output "usernames_by_business_unit" {
  description = "The usernames of the users in each business unit, by the name of the business unit."
  value       = { for unit in local.wanted_business_units : unit => sort([for username, person in local.people : username if contains(person.business_units, unit)]) }
}
