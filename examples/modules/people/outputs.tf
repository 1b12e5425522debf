output "ids" {
  description = "The UUID of each user, by username."
  value       = { for username, user in iriusrisk_user.this : username => user.id }
}

output "usernames" {
  description = "The usernames of all users, for usernames of iriusrisk_users_exclusive."
  value       = keys(local.people)

  # Otherwise a file with mistakes would look like an empty one, and the plan would also name all users as removals.
  depends_on = [data.iriusrisk_roles.all, data.iriusrisk_business_units.all]
}

output "usernames_by_role" {
  description = "The usernames of the users with each role, by the name of the role."
  value       = { for use in flatten([for username, person in local.people : [for role in person.roles : { role = role, username = username }]]) : use.role => use.username... }
}

output "usernames_by_business_unit" {
  description = "The usernames of the users in each business unit, by the name of the business unit."
  value       = { for use in flatten([for username, person in local.people : [for unit in person.business_units : { unit = unit, username = username }]]) : use.unit => use.username... }
}

output "end_dates" {
  description = "Everything that has an end date: the username, the name of the role or of the business unit (null for the user), and the time at which it ends."
  value = flatten([
    for entry in local.entries : [
      for access in concat(
        [{ role = null, business_unit = null, valid_until = entry.valid_until }],
        [for role in entry.roles : { role = role.name, business_unit = null, valid_until = role.valid_until }],
        [for unit in entry.business_units : { role = null, business_unit = unit.name, valid_until = unit.valid_until }],
      ) : { username = entry.username, role = access.role, business_unit = access.business_unit, ends = local.ends[access.valid_until] } if access.valid_until != ""
    ]
  ])
}
