"""The rules: plain functions over records and text. Nothing here waits, reads a clock, logs or asks anyone.

What people type is read by `log_text` and `timer_text`, with the words of `hours`, `times_of_day`, `dates` and
`work_text`, after `slack_text` has taken Slack's wrapping off. `suggestions` finds what they may have meant;
`timesheet` gives hours their time of day. Every refusal is a `Refused` whose text can be shown in Slack as it is.
"""
