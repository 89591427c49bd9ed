"""Grades an application behind EU Login: whether it checks what EU Login reports to it."""
