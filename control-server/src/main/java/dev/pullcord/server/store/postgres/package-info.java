/** The store in a PostgreSQL database: how it is reached, who may write, what a loss means. */
@NullMarked
package dev.pullcord.server.store.postgres;

import org.jspecify.annotations.NullMarked;
