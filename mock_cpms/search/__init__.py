"""The ERN search tool: is my hospital a member of a network?"""
