import {
  to = iriusrisk_business_unit.payments
  id = "payments"
}
