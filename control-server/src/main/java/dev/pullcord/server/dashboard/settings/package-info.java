/** The page of the settings: what this server is, and who the reader is. */
@NullMarked
package dev.pullcord.server.dashboard.settings;

import org.jspecify.annotations.NullMarked;
