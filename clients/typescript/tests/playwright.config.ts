import { defineConfig } from '@playwright/test'

export default defineConfig({ testDir: '.', testMatch: process.env['FAILING'] ? 'failing.spec.ts' : 'client.spec.ts', outputDir: '../test-results', workers: 1 })
