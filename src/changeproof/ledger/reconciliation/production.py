"""What counts as production where sides are held against one another."""

IN_PRODUCTION = """(
    LOWER({place}.environment) IN (
      SELECT LOWER(v.value) FROM policy_parameter AS v
      WHERE v.parameter = 'production_environments'
    )
    OR (
      LOWER({place}.environment) IN ('production', 'prod', 'live')
      AND NOT EXISTS (
        SELECT 1 FROM policy_parameter AS v WHERE v.parameter = 'production_environments'
      )
    )
  )"""
"""Production by any version of the policy; `{place}` names the row that has an `environment`."""
