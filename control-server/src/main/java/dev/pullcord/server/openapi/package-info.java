/**
 * The routes of the people's API, each with what its callers are told, and the document of them.
 */
@NullMarked
package dev.pullcord.server.openapi;

import org.jspecify.annotations.NullMarked;
