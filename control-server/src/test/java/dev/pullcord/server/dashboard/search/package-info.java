@NullMarked
package dev.pullcord.server.dashboard.search;

import org.jspecify.annotations.NullMarked;
