"""The phone's pages: form in, phone told, template out."""
