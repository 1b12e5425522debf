# All business units. Without a limit, terraform query returns 100 results.
list "iriusrisk_business_unit" "all" {
  provider         = iriusrisk
  include_resource = true
  limit            = 100000
}

# The business units whose name contains a text.
list "iriusrisk_business_unit" "payments" {
  provider = iriusrisk

  config {
    filter = "'name'~'payments'"
  }
}
